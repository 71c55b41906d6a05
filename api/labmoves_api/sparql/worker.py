"""What runs in a SPARQL process: one query after the other, on the snapshot that each request names.

Over its standard streams, each message a line of JSON and, of an answer, that many bytes of body:

    ► {"snapshot": "…/00000042", "query": "…", "result": "json", "graph": "ttl", "rows": 1000, "seconds": 10, …}
    ◄ {"media_type": "text/csv", "size": 123} …body…     or     {"error": "query" | "limit" | "store", "message": "…"}

The process may be killed at any time. It ends itself when a query outlives its deadline, when its parent is gone, and
by the system's hand when it takes more memory than allowed. Where the system permits it, it has no network.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import signal
import sys
from itertools import islice
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode, QueryBoolean, QuerySolutions, QueryTriples, RdfFormat, Store, serialize

from labmoves_api.sparql.query import GRAPH_FORMATS, RESULT_FORMATS
from labmoves_api.sparql.results import boolean_bytes, rows_bytes
from labmoves_graph.errors import LabmovesError
from labmoves_graph.snapshots import PinnedSnapshot, Snapshot
from labmoves_graph.vocabulary import PREFIXES

__all__ = ["main"]

#: The parent kills at the deadline; this is for a parent that is gone.
GRACE = 2.0
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_SYNTAX = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}


class TooMuch(Exception):
    """An answer with more rows or triples than allowed."""


class Opened:
    """A snapshot, pinned, and the engine on it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._pin: PinnedSnapshot = Snapshot(int(directory.name), directory).open()
        self.engine = Store.read_only(str(self._pin.snapshot.graph))

    def close(self) -> None:
        """Let go of the files, so that the snapshot can be rotated away."""
        del self.engine
        self._pin.close()


def main() -> None:
    """Answer until standard input ends. Arguments: the most bytes of memory."""
    _leave_the_network()
    memory = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then closes our input
    opened: Opened | None = None
    requests, answers = sys.stdin.buffer, sys.stdout.buffer
    answers.write(b"{}\n")
    answers.flush()
    for line in requests:
        request = json.loads(line)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE)
        head, body, opened = _answer(request, opened)
        signal.setitimer(signal.ITIMER_REAL, 0)
        answers.write(json.dumps({**head, "size": len(body)}).encode() + b"\n" + body)
        answers.flush()


def _leave_the_network() -> None:
    """Into a network of its own with nothing in it; SERVICE is refused before, this is for what slips through."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _answer(request: dict[str, Any], opened: Opened | None) -> tuple[dict[str, str], bytes, Opened | None]:
    """The head and the body of the answer, and the snapshot that is open from now on."""
    try:
        directory = Path(request["snapshot"])
        if opened is None or opened.directory != directory:
            if opened is not None:
                opened.close()
            opened = Opened(directory)
        media_type, body = _run(request, opened)
        return {"media_type": media_type}, body, opened
    except LabmovesError as error:
        return {"error": "store", "message": str(error)}, b"", None
    except TooMuch as error:
        return {"error": "limit", "message": str(error)}, b"", opened
    except MemoryError:
        message = "the query needs more memory than allowed"
        return {"error": "limit", "message": message, "spent": "memory"}, b"", opened
    except (SyntaxError, ValueError) as error:
        return {"error": "query", "message": f"the query is not SPARQL 1.1: {error}"}, b"", opened
    except (OSError, RuntimeError) as error:
        return {"error": "query", "message": f"the query cannot be run: {error}"}, b"", opened


def _run(request: dict[str, Any], opened: Opened) -> tuple[str, bytes]:
    default, named = request["default_graphs"], request["named_graphs"]
    answer = opened.engine.query(
        request["query"],
        use_default_graph_as_union=not default and not named,
        default_graph=[NamedNode(iri) for iri in default] or None,
        named_graphs=[NamedNode(iri) for iri in named] if named or default else None,
    )
    most = request["rows"]
    if isinstance(answer, QueryTriples):
        format = _wanted(request, "graph", "a graph")
        triples = _limited(answer, most)
        written = serialize(triples, format=_SYNTAX[format], prefixes=PREFIXES)
        return GRAPH_FORMATS[format], written or b""
    format = _wanted(request, "result", "bindings")
    if isinstance(answer, QueryBoolean):
        return RESULT_FORMATS[format], boolean_bytes(bool(answer), format)
    assert isinstance(answer, QuerySolutions)
    variables = [variable.value for variable in answer.variables]
    rows = [[solution[name] for name in variables] for solution in _limited(answer, most)]
    return RESULT_FORMATS[format], rows_bytes(variables, rows, format)


def _limited(answer: Any, most: int) -> list[Any]:
    found = list(islice(answer, most + 1))
    if len(found) > most:
        raise TooMuch(f"the answer has more than {most:,} rows; add LIMIT, or narrow the question")
    return found


def _wanted(request: dict[str, Any], kind: str, words: str) -> str:
    format = request[kind]
    if format is None:
        raise ValueError(f"the answer is {words}, which the formats asked for cannot hold; ask for another format")
    return str(format)


if __name__ == "__main__":
    main()
