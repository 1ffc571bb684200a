"""One module per system under measurement, each with a gateway end and a device end."""
