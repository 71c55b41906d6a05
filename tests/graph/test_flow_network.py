"""The network of hops: who gains, who loses, who belongs together, and the ways between."""

import xml.etree.ElementTree as ET
from datetime import date

import pytest

from labmoves_graph.flow_network import CareerPath, FlowNetwork, NetFlow, PathStep
from labmoves_graph.model import Transition
from labmoves_graph.partial_date import PartialDate


def hop(person, source, target, when=None):
    day = PartialDate.parse(when) if when else None
    return Transition(f"{person}-{source}-{target}", person, source, target, "d", "a", day, None)


HOPS = [
    hop("ada", "alpha", "beta", "2020-05"),
    hop("bob", "alpha", "beta", "2021-01-10"),
    hop("ada", "beta", "gamma", "2022"),
    hop("eve", "delta", "epsilon", "2022-02"),
    hop("fay", "epsilon", "delta"),
    hop("gus", "alpha", "gamma", "2023"),
]


@pytest.fixture
def network():
    return FlowNetwork.of(HOPS, {"alpha": "Alpha Inc."})


def test_net_flow_names_sources_and_sinks(network):
    assert network.net_flow() == [
        NetFlow("gamma", 2, 0),
        NetFlow("beta", 2, 1),
        NetFlow("delta", 1, 1),
        NetFlow("epsilon", 1, 1),
        NetFlow("alpha", 0, 3),
    ]
    assert [flow.organization for flow in network.sources()] == ["alpha"]
    assert [flow.organization for flow in network.sinks()] == ["gamma", "beta"]


def test_communities_exchange_people_among_themselves(network):
    assert network.communities() == [frozenset({"alpha", "beta", "gamma"}), frozenset({"delta", "epsilon"})]


def test_career_paths_name_who_took_each_step(network):
    assert network.career_paths("alpha", "beta") == [CareerPath((PathStep("alpha", "beta", ("ada", "bob")),))]
    assert network.career_paths("alpha", "epsilon") == []
    assert network.career_paths("nowhere", "beta") == []


def test_centrality_grows_with_the_years(network):
    found = network.centrality_by_year()
    assert sorted(found) == [2020, 2021, 2022, 2023]
    assert (found[2021]["beta"], found[2022]["beta"] > 0, found[2023]["beta"]) == (0.0, True, 0.0)


def test_period_chooses_hops_that_may_lie_in_it():
    network = FlowNetwork.of(HOPS, since=date(2021, 1, 1), until=date(2022, 1, 31))
    assert sorted(network.graph.edges()) == [("alpha", "beta"), ("beta", "gamma")]


def test_order_of_hops_does_not_matter(network):
    other = FlowNetwork.of(reversed(HOPS), {"alpha": "Alpha Inc."})
    assert (other.gexf(), other.graphml()) == (network.gexf(), network.graphml())
    assert b"lastmodifieddate" not in network.gexf()


def test_exports_are_xml_with_names_weights_and_dates_as_stated(network):
    graph = ET.fromstring(network.gexf())
    space = {"g": graph.tag[1:].partition("}")[0]}
    assert next(n.get("label") for n in graph.iterfind(".//g:node", space)) == "Alpha Inc."
    assert next(e.get("weight") for e in graph.iterfind(".//g:edge", space)) in ("2", "2.0")
    assert b">2020-05<" in network.graphml()


def test_empty_network_has_empty_answers():
    empty = FlowNetwork.of([])
    assert (empty.net_flow(), empty.communities(), empty.centrality_by_year()) == ([], [], {})
