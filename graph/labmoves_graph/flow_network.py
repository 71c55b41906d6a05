"""The flow network: organizations as nodes, everybody's hops between them as dated edges.

    network = FlowNetwork.of(*model.transitions())
    network.net_flow(), network.communities(), network.centrality_by_year()
    network.career_paths("openai", "anthropic")

One edge per hop is kept, so every figure can be traced to people and moves. Figures are computed with networkx, in an
order that does not depend on the order of the hops.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise

import networkx as nx

from labmoves_graph.consolidation_dates import stated_period
from labmoves_graph.model import Transition
from labmoves_graph.partial_date import PartialDate

__all__ = ["CareerPath", "FlowNetwork", "NetFlow", "PathStep"]


@dataclass(frozen=True, slots=True)
class NetFlow:
    """How many arrived at and left an organization, hop by hop; net > 0 is a sink, net < 0 a source."""

    organization: str
    arrived: int
    left: int

    @property
    def net(self) -> int:
        """Arrivals less departures."""
        return self.arrived - self.left


@dataclass(frozen=True, slots=True)
class PathStep:
    """One step of a path and who took it. people: their ids, sorted."""

    source: str
    target: str
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CareerPath:
    """A way from one organization to another that people have gone, step by step, not necessarily one person."""

    steps: tuple[PathStep, ...]


class FlowNetwork:
    """Hops as a directed multigraph. `graph` is a networkx MultiDiGraph: edge keys are transition ids."""

    def __init__(self, graph: nx.MultiDiGraph[str]) -> None:
        self.graph = graph

    @classmethod
    def of(
        cls,
        transitions: Iterable[Transition],
        labels: Mapping[str, str] | None = None,
        *,
        since: date | None = None,
        until: date | None = None,
    ) -> FlowNetwork:
        """The network of the transitions that may have happened in the period; undated ones only without a period.

        transitions: those that were made, as ReadModel.transitions gives them; each one given counts.
        labels: organization id -> name; the id where there is none.
        """
        graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        chosen = [t for t in transitions if _within(t, since, until)]
        for node in sorted({end for t in chosen for end in (t.from_organization, t.to_organization)}):
            graph.add_node(node, label=(labels or {}).get(node, node))
        for t in sorted(chosen, key=lambda t: t.id):
            graph.add_edge(t.from_organization, t.to_organization, key=t.id, person=t.person_id, date=t.date)
        return cls(graph)

    def net_flow(self) -> list[NetFlow]:
        """Every organization, those that gained most first."""
        arrived, left = dict(self.graph.in_degree()), dict(self.graph.out_degree())
        flows = [NetFlow(node, arrived[node], left[node]) for node in self.graph]
        return sorted(flows, key=lambda flow: (-flow.net, -flow.arrived, flow.organization))

    def sources(self, limit: int = 10) -> list[NetFlow]:
        """Organizations that lost more than they gained, the greatest loss first."""
        losing = [flow for flow in self.net_flow() if flow.net < 0]
        return sorted(losing, key=lambda flow: (flow.net, flow.organization))[:limit]

    def sinks(self, limit: int = 10) -> list[NetFlow]:
        """Organizations that gained more than they lost, the greatest gain first."""
        return [flow for flow in self.net_flow() if flow.net > 0][:limit]

    def communities(self) -> list[frozenset[str]]:
        """Groups of organizations that exchange people mostly among themselves, the largest first."""
        undirected: nx.Graph[str] = nx.Graph()
        undirected.add_nodes_from(sorted(self.graph))
        for (one, other), weight in sorted(self._weights().items()):
            held = undirected.get_edge_data(one, other, {"weight": 0})["weight"]
            undirected.add_edge(one, other, weight=held + weight)
        if undirected.number_of_edges() == 0:
            return [frozenset([node]) for node in undirected]
        found = nx.community.greedy_modularity_communities(undirected, weight="weight")
        return sorted((frozenset(group) for group in found), key=lambda group: (-len(group), min(group)))

    def career_paths(self, source: str, target: str, limit: int = 5) -> list[CareerPath]:
        """The shortest ways from source to target, fewest steps first; empty when there is none."""
        if source not in self.graph or target not in self.graph:
            return []
        simple = nx.DiGraph(self.graph)
        try:
            paths = list(islice(nx.all_shortest_paths(simple, source, target), limit * 20))
        except nx.NetworkXNoPath:
            return []
        return [self._path(path) for path in sorted(paths)[:limit]]

    def centrality_by_year(self) -> dict[int, dict[str, float]]:
        """Year -> organization -> betweenness in all hops up to that year's end: how much it lies between others."""
        years = sorted({when.latest.year for _, _, when in self._dated_edges()})
        return {year: self._until(date(year, 12, 31)) for year in range(years[0], years[-1] + 1)} if years else {}

    def _until(self, day: date) -> dict[str, float]:
        so_far: nx.DiGraph[str] = nx.DiGraph(
            sorted((u, v) for u, v, when in self._dated_edges() if when.latest <= day)
        )
        return {node: round(value, 6) for node, value in sorted(nx.betweenness_centrality(so_far).items())}

    def _dated_edges(self) -> list[tuple[str, str, PartialDate]]:
        found: list[tuple[str, str, PartialDate]] = []
        for source, target, attributes in self.graph.edges(data=True):
            when: PartialDate | None = attributes["date"]
            if when is not None and when.bounded:
                found.append((source, target, when))
        return found

    def graphml(self) -> bytes:
        """The network as GraphML: an edge per pair of organizations with its weight, first and last date (EDTF)."""
        out = io.BytesIO()
        nx.write_graphml_xml(self._aggregated(), out)
        return out.getvalue()

    def gexf(self) -> bytes:
        """The network as GEXF, one weighted edge per pair of organizations, without the day of writing."""
        text = "\n".join(nx.generate_gexf(self._aggregated()))
        return re.sub(r' lastmodifieddate="[^"]*"', "", text).encode("utf-8")

    def _aggregated(self) -> nx.DiGraph[str]:
        simple: nx.DiGraph[str] = nx.DiGraph()
        for node, label in self.graph.nodes(data="label"):
            simple.add_node(node, label=label)
        for (source, target), weight in sorted(self._weights().items()):
            found = stated_period(d["date"] for d in self.graph[source][target].values() if d["date"])
            period = {"first": found[0].edtf, "last": found[1].edtf} if found else {}
            simple.add_edge(source, target, weight=weight, **period)
        return simple

    def _weights(self) -> Counter[tuple[str, str]]:
        return Counter((source, target) for source, target in self.graph.edges())

    def _path(self, nodes: list[str]) -> CareerPath:
        steps = [
            PathStep(one, other, tuple(sorted({d["person"] for d in self.graph[one][other].values()})))
            for one, other in pairwise(nodes)
        ]
        return CareerPath(tuple(steps))


def _within(transition: Transition, since: date | None, until: date | None) -> bool:
    if since is None and until is None:
        return True
    when = transition.date
    if when is None or not when.bounded:
        return False
    return (since is None or when.latest >= since) and (until is None or when.earliest <= until)
