"""Flows between organizations as GEXF 1.3, which Gephi and others open."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from labmoves_api.xml_text import allowed_text
from labmoves_graph.read_model_views import FlowView

__all__ = ["gexf_bytes"]


def gexf_bytes(flows: Sequence[FlowView]) -> bytes:
    """A directed graph: a node for each organization, an edge with its weight for each flow."""
    root = ElementTree.Element("gexf", xmlns="http://gexf.net/1.3", version="1.3")
    graph = ElementTree.SubElement(root, "graph", defaultedgetype="directed", mode="static")
    nodes = ElementTree.SubElement(graph, "nodes")
    for end in {end.id: end for flow in flows for end in (flow.source, flow.target)}.values():
        ElementTree.SubElement(nodes, "node", id=allowed_text(end.id), label=allowed_text(end.name))
    edges = ElementTree.SubElement(graph, "edges")
    for number, flow in enumerate(flows):
        source, target = allowed_text(flow.source.id), allowed_text(flow.target.id)
        attributes = {"id": str(number), "source": source, "target": target, "weight": str(flow.moves)}
        ElementTree.SubElement(edges, "edge", attributes)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
