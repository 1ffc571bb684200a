"""The running gateway server (FIG 2): asyncio; joins `protocol` and `policy`, knows no host system."""
