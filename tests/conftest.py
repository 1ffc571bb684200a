"""Facts every test run needs."""

# Imported before Home Assistant looks for integrations: otherwise the folder of the test kit wins.
import custom_components  # noqa: F401
