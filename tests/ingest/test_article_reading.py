"""Reading articles: what is taken over, and the one line that each unusable input gives."""

from __future__ import annotations

import io
import json
from datetime import date

import pytest

from labmoves_graph.errors import ArticleError
from labmoves_graph.model import Article, Language, content_hash
from labmoves_ingest.article_reading import ArticleReader
from labmoves_ingest.article_record import MAX_ARTICLE_BYTES

TODAY = date(2026, 3, 1)
CHINESE = "姚顺宇离开了Anthropic，他在那里工作了不到一年，现在是谷歌DeepMind的人。"


class Reading:
    """What one reader gave: articles, problems and notices as text."""

    def __init__(self, *paths, **options):
        self.problems, self.notices = [], []
        reader = ArticleReader(
            on_problem=lambda problem: self.problems.append(str(problem)),
            on_notice=self.notices.append,
            today=TODAY,
            **options,
        )
        self.articles = list(reader.read(paths))


@pytest.fixture
def file(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return write


def line(**fields):
    return json.dumps(fields, ensure_ascii=False) + "\n"


def test_a_text_file_needs_no_metadata(file):
    path = file("note.txt", CHINESE)
    assert Reading(path).articles == [
        Article(id=content_hash(CHINESE), text=CHINESE, published=None, language=Language.ZH_HANS)
    ]


def test_front_matter_becomes_metadata_and_leaves_the_text(file):
    path = file(
        "a.md",
        '---\nid: sharma\ntitle: "Safety lead goes"\nurl: https://example.org/a\ndate: 2026-02-11\n'
        "publisher: Example\ntags:\n  - people\n---\nMrinank Sharma left Anthropic.\n",
    )
    assert Reading(path).articles == [
        Article(
            id="sharma",
            text="Mrinank Sharma left Anthropic.\n",
            title="Safety lead goes",
            url="https://example.org/a",
            publisher="Example",
            published=date(2026, 2, 11),
            language=Language.EN,
        )
    ]


@pytest.mark.parametrize("text", ["---\nA rule above, not a key\n---\nText.", "---\nkey: without an end", "--- no"])
def test_dashes_that_are_no_front_matter_stay_in_the_text(file, text):
    assert [article.text for article in Reading(file("a.md", text)).articles] == [text]


def test_a_markdown_heading_is_the_title_and_stays_in_the_text(file):
    [article] = Reading(file("a.md", "\n# Two leave xAI #\n\nThey left.")).articles
    assert (article.title, article.text) == ("Two leave xAI", "\n# Two leave xAI #\n\nThey left.")


def test_json_lines_keep_their_text_character_by_character(file):
    text = "\ufeffLine one\r\nline two\u2028 ok "
    path = file("a.jsonl", line(id=7, text=text, lang="zh", published="2025-10-15T23:30:00+08:00", claims=[]))
    assert Reading(path).articles == [Article(id="7", text=text, published=date(2025, 10, 15), language=Language.EN)]


def test_a_record_without_id_is_named_by_its_url_else_its_text(file):
    path = file("a.jsonl", line(text="One.", url="https://example.org/1") + "\n" + line(text="Two.", id=""))
    assert [a.id for a in Reading(path).articles] == [content_hash("https://example.org/1"), content_hash("Two.")]


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-TW", "zh-Hant"), ("zh_HK", "zh-Hant"), ("zh-Hans-CN", "zh-Hans"), ("en-GB", "en"), ("zh", "zh-Hans")],
)
def test_language_tags_of_other_systems_are_understood(file, tag, language):
    assert [a.language for a in Reading(file("a.jsonl", line(id="a", text=CHINESE, lang=tag))).articles] == [language]


def test_script_is_detected(file):
    paths = file("hant.txt", "姚順宇離開了這家公司"), file("hans.txt", CHINESE), file("en.txt", "Yao left.")
    assert [a.language for a in Reading(*paths).articles] == ["zh-Hant", "zh-Hans", "en"]


def test_a_folder_is_read_in_the_order_of_names(file, tmp_path):
    for name in ("b.txt", "a/z.md", "a/b.jsonl", ".hidden.txt", ".git/x.txt", "photo.png", "LICENSE"):
        file(name, line(id=name, text=name) if name.endswith("jsonl") else name)
    reading = Reading(tmp_path)
    assert [a.text for a in reading.articles] == ["a/b.jsonl", "a/z.md", "b.txt"]
    assert reading.problems == []
    assert reading.notices == [f"{tmp_path}: 2 file(s) of other kinds left out"]


@pytest.mark.parametrize(
    ("content", "texts"),
    [(line(id="a", text="One.") + line(id="b", text="Two."), ["One.", "Two."]), ("Just text.", ["Just text."])],
)
def test_standard_input_is_json_lines_or_one_text(content, texts):
    reading = Reading("-", stdin=io.BufferedReader(io.BytesIO(content.encode())))
    assert [a.text for a in reading.articles] == texts
    assert reading.problems == []


def test_line_ends_and_byte_order_marks_of_text_files_are_normalised(file):
    paths = (
        file("crlf.txt", "One\r\ntwo\rthree"),
        file("bom.txt", b"\xef\xbb\xbfFour"),
        file("utf16.txt", "五号".encode("utf-16")),
    )
    assert [a.text for a in Reading(*paths).articles] == ["One\ntwo\nthree", "Four", "五号"]


def test_a_named_encoding_is_used(file):
    path = file("gb.txt", CHINESE.encode("gb18030"))
    assert [a.text for a in Reading(path, encoding="gb18030").articles] == [CHINESE]


@pytest.mark.parametrize("name", ["no-such-code", "utf-16", "rot13"])
def test_an_encoding_that_cannot_serve_is_refused(name):
    with pytest.raises(ArticleError, match=name):
        Reading(encoding=name)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.txt", b"", "is empty; remove it, or put the article's text there"),
        ("blank.md", b" \n\t\n", "holds no text; remove it, or put the article's text there"),
        ("empty.jsonl", b"\n \n", "is empty; remove it, or write one article a line"),
        ("scan.txt", b"%PDF-1.7\n%\xe2\xe3", "is a PDF, no text; give its text as UTF-8 .txt, .md or .jsonl"),
        ("bin.txt", bytes(range(256)), "is a binary file, no text; give its text as UTF-8 .txt, .md or .jsonl"),
        ("nul.txt", b"left\0OpenAI", "is a binary file, no text; give its text as UTF-8 .txt, .md or .jsonl"),
        (
            "latin.txt",
            "Le chercheur a quitté la société".encode("latin-1"),
            "not UTF-8 (byte 0xE9 at 20), probably WINDOWS-1252; read it with --encoding windows-1252, "
            "or convert it: iconv -f windows-1252 -t UTF-8",
        ),
        (
            "gb.txt",
            CHINESE.encode("gb18030"),
            "not UTF-8 (byte 0xD3 at 4), probably GB18030; read it with --encoding gb18030, "
            "or convert it: iconv -f gb18030 -t UTF-8",
        ),
        (
            "big5.txt",
            "這位研究員離開了公司，他在那裡的工作不到一年".encode("big5"),
            "not UTF-8 (byte 0xB3 at 0), probably BIG5; read it with --encoding big5, "
            "or convert it: iconv -f big5 -t UTF-8",
        ),
        (
            "short.txt",
            "张三离开OpenAI".encode("gb18030"),
            "not UTF-8 (byte 0xD5 at 0), and too little text to tell what; "
            "try --encoding gb18030, big5 or windows-1252",
        ),
        ("list.jsonl", b'[{"id": "a"}]', "a JSON list; one object a line is expected: jq -c '.[]' makes that"),
        ("wide.jsonl", b'{\n"id":1}', "JSON over several lines; one object a line is expected: jq -c . makes that"),
        ("page.html", b"<p>Left.", ".html files are not read; give .txt, .md or .jsonl"),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else "",
)  # fmt: skip
def test_an_unusable_file_gives_one_line_and_the_others_go_on(file, name, content, told):
    bad, good = file(name, content), file("good.txt", "Sam left OpenAI.")
    reading = Reading(bad, good)
    assert reading.problems == [f"{bad}: {told}"]
    assert [a.text for a in reading.articles] == ["Sam left OpenAI."]


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("not json\n", "not JSON (Expecting value: line 1 column 1 (char 0)); one object a line is expected"),
        ("[" * 100_000 + "\n", "not JSON (nested too deeply); one object a line is expected"),
        ('"text"\n', 'not an object; write {"id": …, "text": …} on one line'),
        (line(id="x"), 'has no "text"; an article needs at least its text'),
        (line(id="x", text=["a"]), "text is ['a'], no text; write it in quotes"),
        (line(id="x", text="  "), "holds no text; remove it, or put the article's text there"),
        (line(id="x", text="a\0b"), "holds a NUL character at 1; remove it (it is no part of a text)"),
        (
            '{"id": "x", "text": "ab\\ud800"}\n',
            "holds half of a surrogate pair at 2, which is no character; write UTF-8",
        ),
        (
            line(id="x", text="a", published="9999-99-99"),
            "published '9999-99-99' is no date (month must be in 1..12); write it like 2025-10-15, or leave it out",
        ),
        (
            line(id="x", text="a", published="2999-01-01"),
            "published '2999-01-01' lies in the far future; correct it, or leave it out if it is not known",
        ),
        (
            line(id="x", text="a", published="1066-10-14"),
            "published '1066-10-14' lies before the web; correct it, or leave it out if it is not known",
        ),
        (line(id="x", text="a", published=20251015), "published is 20251015, no text; write it in quotes"),
        (line(id="x", text="a", lang="fr"), "lang 'fr' is not read here; only en, zh-Hans and zh-Hant are"),
        (
            line(id="x", text="a", url="javascript:alert(1)"),
            "url 'javascript:alert(1)' is no http(s) URL; correct or remove it",
        ),
        (
            line(id="x", text="a" * (MAX_ARTICLE_BYTES + 1)),
            "longer than 10 MB, more than one article can be; split it into articles, one a file or one a JSON line",
        ),
    ],
    ids=lambda value: value[:30],
)
def test_an_unusable_line_is_named_and_the_others_go_on(file, bad, told):
    path = file("news.jsonl", line(id="a", text="First.") + bad + line(id="b", text="Third."))
    reading = Reading(path)
    assert reading.problems == [f"{path} line 2: {told}"]
    assert [a.text for a in reading.articles] == ["First.", "Third."]


def test_a_missing_path_and_an_empty_folder_are_told(tmp_path):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert Reading(tmp_path / "gone.txt", empty).problems == [
        f"{tmp_path / 'gone.txt'}: no such file or folder; check the path",
        f"{empty}: has no .txt, .md or .jsonl file; name the folder that holds the articles",
    ]


@pytest.mark.parametrize("name", ["huge.txt", "huge.jsonl"])
def test_fifty_megabytes_are_refused_without_reading_them_in(tmp_path, name):
    path = tmp_path / name
    with path.open("wb") as stream:
        stream.write(b'{"id": "a", "text": "')
        stream.seek(50 * 2**20)
        stream.write(b'"}\n' + line(id="b", text="After.").encode())
    reading = Reading(path)
    where = f"{path} line 1" if name.endswith("jsonl") else f"{path}"
    assert [problem.split(";")[0] for problem in reading.problems] == [
        f"{where}: longer than 10 MB, more than one article can be"
    ]
    assert [a.text for a in reading.articles] == (["After."] if name.endswith("jsonl") else [])


def test_a_repeated_article_is_read_once_and_a_different_one_of_the_same_id_is_told(file):
    path = file("a.jsonl", line(id="a", text="One.") + line(id="a", text="One.") + line(id="a", text="Other."))
    reading = Reading(path)
    assert [a.text for a in reading.articles] == ["One."]
    assert reading.notices == [f"{path} line 2: the same article as {path} line 1; read once"]
    assert reading.problems == [
        f"{path} line 3: id 'a' was already used by {path} line 1; give each article its own id"
    ]
