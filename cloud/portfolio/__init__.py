"""The portfolio (区域总览): all sites side by side, by the few figures that say where to look first."""
