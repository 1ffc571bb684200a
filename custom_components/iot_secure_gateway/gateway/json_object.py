"""What stores hold."""

type JsonObject = dict[str, object]  # JSON-safe: texts, integers, booleans, None, lists, objects
