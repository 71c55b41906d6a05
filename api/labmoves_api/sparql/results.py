"""SELECT results in the four formats of SPARQL 1.1: JSON, XML, CSV and TSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from typing import Any
from xml.etree import ElementTree

from pyoxigraph import BlankNode, Literal, NamedNode

from labmoves_api.xml_text import allowed_text

__all__ = ["boolean_bytes", "rows_bytes"]

Term = NamedNode | BlankNode | Literal | None
RESULTS = "http://www.w3.org/2005/sparql-results#"
_STRING = "http://www.w3.org/2001/XMLSchema#string"


def rows_bytes(variables: Sequence[str], rows: Sequence[Sequence[Any]], format: str) -> bytes:
    """The rows, each with a term or None for every variable."""
    return {"json": _json, "xml": _xml, "csv": _csv, "tsv": _tsv}[format](variables, rows)


def boolean_bytes(answer: bool, format: str) -> bytes:
    """The answer of an ASK query; CSV and TSV have no form for it and get one word."""
    text = "true" if answer else "false"
    if format == "json":
        return json.dumps({"head": {}, "boolean": answer}).encode()
    if format == "xml":
        root = ElementTree.Element("sparql", xmlns=RESULTS)
        ElementTree.SubElement(root, "head")
        ElementTree.SubElement(root, "boolean").text = text
        return _document(root)
    return f"{text}\r\n".encode() if format == "csv" else f"{text}\n".encode()


def _json(variables: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    bindings = [
        {name: _json_term(term) for name, term in zip(variables, row, strict=True) if term is not None}
        for row in rows
    ]
    result = {"head": {"vars": list(variables)}, "results": {"bindings": bindings}}
    return json.dumps(result, ensure_ascii=False).encode("utf-8", "replace")


def _json_term(term: Term) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    assert isinstance(term, Literal)
    found = {"type": "literal", "value": term.value}
    if term.language:
        found["xml:lang"] = term.language
    elif term.datatype.value != _STRING:
        found["datatype"] = term.datatype.value
    return found


def _xml(variables: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    root = ElementTree.Element("sparql", xmlns=RESULTS)
    head = ElementTree.SubElement(root, "head")
    for name in variables:
        ElementTree.SubElement(head, "variable", name=name)
    results = ElementTree.SubElement(root, "results")
    for row in rows:
        result = ElementTree.SubElement(results, "result")
        for name, term in zip(variables, row, strict=True):
            if term is not None:
                _xml_term(ElementTree.SubElement(result, "binding", name=name), term)
    return _document(root)


def _xml_term(binding: ElementTree.Element, term: Term) -> None:
    if isinstance(term, NamedNode):
        ElementTree.SubElement(binding, "uri").text = allowed_text(term.value)
    elif isinstance(term, BlankNode):
        ElementTree.SubElement(binding, "bnode").text = term.value
    elif isinstance(term, Literal):
        literal = ElementTree.SubElement(binding, "literal")
        literal.text = allowed_text(term.value)
        if term.language:
            literal.set("xml:lang", term.language)
        elif term.datatype.value != _STRING:
            literal.set("datatype", term.datatype.value)


def _document(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _csv(variables: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(variables)
    for row in rows:
        table.writerow([_csv_cell(term) for term in row])
    return out.getvalue().encode("utf-8", "replace")


def _csv_cell(term: Term) -> str:
    if term is None:
        return ""
    return f"_:{term.value}" if isinstance(term, BlankNode) else term.value


def _tsv(variables: Sequence[str], rows: Sequence[Sequence[Term]]) -> bytes:
    lines = ["\t".join(f"?{name}" for name in variables)]
    lines += ["\t".join("" if term is None else _tsv_cell(term) for term in row) for row in rows]
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")


def _tsv_cell(term: Term) -> str:
    return str(term).replace("\t", "\\t")  # the engine's Turtle form escapes all else
