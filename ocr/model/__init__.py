"""DEER's network: an image in, maps of where text stands and the reading of any place that is pointed at."""
