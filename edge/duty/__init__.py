"""The local duty page (本地值班页): alarms, first steps and acknowledging on the site's network, without the cloud."""
