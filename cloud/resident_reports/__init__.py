"""Reports of residents who scanned a code: without an account, little asked, nothing shown, not too often."""
