"""Tools for makers: provisioning."""
