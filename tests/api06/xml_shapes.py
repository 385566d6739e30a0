"""XML converted to JSON according to a JSON Schema with `xml` hints, so that it can be validated as JSON."""

from typing import Any

from lxml import etree

Schema = dict[str, Any]


class Reader:
    """A converter. `components` are the schemas that `#/components/schemas/...` refers to."""

    def __init__(self, components: dict[str, Schema]) -> None:
        self._components = components

    def read(self, element: etree._Element, schema: Schema) -> Any:
        """Convert an element. Content that the schema does not know is kept, so that the validator sees it."""
        schema = self._chosen(element, schema)
        if schema.get("type") != "object":
            return self._value(element.text or "", schema)
        properties: dict[str, Schema] = schema["properties"]
        read: dict[str, Any] = {}
        for name, text in element.attrib.items():
            is_known = properties.get(str(name), {}).get("xml", {}).get("attribute")
            read[str(name)] = self._value(str(text), properties[str(name)]) if is_known else [text]
        for child in element:
            self._read_child(read, child, properties.get(child.tag, {"type": "object", "properties": {}}))
        if properties.get("text", {}).get("xml", {}).get("x-text"):
            read["text"] = element.text or ""
        return read

    def _read_child(self, read: dict[str, Any], child: etree._Element, schema: Schema) -> None:
        if schema.get("type") == "array":
            read.setdefault(child.tag, []).append(self.read(child, schema["items"]))
        else:
            assert child.tag not in read, f"a second {child.tag}"
            read[child.tag] = self.read(child, schema)

    def _chosen(self, element: etree._Element, schema: Schema) -> Schema:
        """Resolve references, and choose the schema with the name of the element if there are several."""
        if "$ref" in schema:
            return self._chosen(element, self._components[schema["$ref"].rpartition("/")[2]])
        if "anyOf" in schema:
            choices = [self._chosen(element, choice) for choice in schema["anyOf"]]
            named = [
                choice for choice in choices if choice.get("xml", {}).get("name", element.tag) == element.tag
            ]
            assert named, f"an unexpected {element.tag}"
            return named[0]
        return schema

    @staticmethod
    def _value(text: str, schema: Schema) -> Any:
        try:
            if schema.get("type") == "integer":
                return int(text)
            if schema.get("type") == "number":
                return float(text)
        except ValueError:
            return text
        return {"true": True, "false": False}.get(text, text) if schema.get("type") == "boolean" else text
