"""The work orders: opened by the policies of the inventory, one open order per equipment and fault."""
