-- The read model: what consolidation computed, as plain tables that any SQLite client reads.
--
-- Derived rows have a history in record time: [valid_from, valid_to), valid_to NULL for what is believed now.
-- Instants are UTC text of equal length, so they compare as text. Dates are EDTF text with the days that bound
-- them beside it; the bounds are NULL where nothing bounds the date. No row number carries a meaning.

CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE person (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT, name_zh_hans TEXT, name_zh_hant TEXT,
    description TEXT NOT NULL, wikidata TEXT, different_from TEXT NOT NULL, provisional INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE organization (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, name_en TEXT, name_zh_hans TEXT, name_zh_hant TEXT,
    kind TEXT NOT NULL, parent TEXT, country TEXT, founded TEXT, wikidata TEXT, provisional INTEGER NOT NULL
) WITHOUT ROWID;

-- The registry that the content follows, in its order; what a later one changes follows from it.
CREATE TABLE registry_record (
    kind TEXT NOT NULL, position INTEGER NOT NULL, record TEXT NOT NULL, PRIMARY KEY (kind, position)
) WITHOUT ROWID;

-- Every organization with itself (distance 0), its parent (1), and so on up. part: 1 where every step up is one of a
-- unit, so that whoever is in the one is in the other; 0 where a subsidiary with a life of its own lies between.
CREATE TABLE organization_line (
    organization_id TEXT NOT NULL, ancestor_id TEXT NOT NULL, distance INTEGER NOT NULL, part INTEGER NOT NULL,
    PRIMARY KEY (ancestor_id, organization_id)
) WITHOUT ROWID;

CREATE TABLE entity_name (
    id INTEGER PRIMARY KEY, kind TEXT NOT NULL, entity TEXT NOT NULL, language TEXT NOT NULL,
    form TEXT NOT NULL, folded TEXT NOT NULL, compact TEXT NOT NULL, letters INTEGER NOT NULL  -- of compact
);
-- One index for each kind: names of the other one would have to be read to be left out.
CREATE VIRTUAL TABLE name_index_person
    USING fts5(compact, content='entity_name', content_rowid='id', tokenize='trigram');
CREATE VIRTUAL TABLE name_index_organization
    USING fts5(compact, content='entity_name', content_rowid='id', tokenize='trigram');
-- In how many names of a kind each trigram stands; the index itself would count it anew, 0.5 ms for 25,000 names.
CREATE TABLE name_trigram (
    kind TEXT NOT NULL, trigram TEXT NOT NULL, names INTEGER NOT NULL, PRIMARY KEY (kind, trigram)
) WITHOUT ROWID;

-- How names in Chinese characters are typed in Latin letters (romanisation.py); for searching only.
CREATE TABLE entity_reading (
    kind TEXT NOT NULL, reading TEXT NOT NULL, entity TEXT NOT NULL, PRIMARY KEY (kind, reading, entity)
) WITHOUT ROWID;

-- One row per version; graph names the version's named graph in the claim store.
CREATE TABLE article (
    graph TEXT PRIMARY KEY, id TEXT NOT NULL, recorded_at TEXT NOT NULL, invalidated_at TEXT,
    retracted_because TEXT, title TEXT NOT NULL, url TEXT NOT NULL, publisher TEXT NOT NULL, published TEXT,
    language TEXT, sha256 TEXT NOT NULL, text TEXT NOT NULL
);

CREATE TABLE claim (
    id TEXT NOT NULL, graph TEXT NOT NULL, article_id TEXT NOT NULL, recorded_at TEXT NOT NULL,
    withdrawn_at TEXT, event TEXT NOT NULL,
    person TEXT NOT NULL, stated_person_id TEXT, organization TEXT NOT NULL, stated_organization_id TEXT,
    role TEXT, date TEXT, date_text TEXT, date_meaning TEXT, manner TEXT, status TEXT NOT NULL, said_by TEXT,
    evidence_start INTEGER, evidence_end INTEGER, quote TEXT, sentence TEXT,
    reasons TEXT NOT NULL, confidence REAL NOT NULL, extractor TEXT NOT NULL, source_url TEXT NOT NULL,
    PRIMARY KEY (id, graph)
) WITHOUT ROWID;

-- Whom and what a claim is about, after resolution and judgements.
CREATE TABLE claim_entity (
    claim_id TEXT PRIMARY KEY, person_id TEXT NOT NULL, organization_id TEXT NOT NULL
) WITHOUT ROWID;

-- Claims that share a key may share a person; the incremental projection follows them.
CREATE TABLE identity_key (key TEXT NOT NULL, claim_id TEXT NOT NULL, PRIMARY KEY (key, claim_id)) WITHOUT ROWID;

-- Ids that judgements on identity name, and the claims that may bring them (identity_links.py).
CREATE TABLE judged_entity (
    entity TEXT NOT NULL, claim_id TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
    PRIMARY KEY (entity, claim_id, kind)
) WITHOUT ROWID;

CREATE TABLE identity_link (one TEXT NOT NULL, other TEXT NOT NULL, PRIMARY KEY (one, other)) WITHOUT ROWID;

-- The forms under which claims name entities that the registry does not hold, at any time. stands: 1 for what a claim
-- that stands, and that nobody rejects, means by it now.
CREATE TABLE provisional_name (
    kind TEXT NOT NULL, entity TEXT NOT NULL, form TEXT NOT NULL, claim_id TEXT NOT NULL, stands INTEGER NOT NULL,
    PRIMARY KEY (entity, kind, form, claim_id)
) WITHOUT ROWID;

-- sort_date: where the move stands in the order of time (move_order.py); empty where no date places it.
CREATE TABLE move (
    id TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT,
    event TEXT NOT NULL, person_id TEXT NOT NULL, organization_id TEXT NOT NULL, role TEXT,
    date TEXT, earliest TEXT, latest TEXT, sort_date TEXT NOT NULL, announced TEXT, rival_dates TEXT NOT NULL,
    manner TEXT, status TEXT NOT NULL, verdict TEXT NOT NULL,
    sources INTEGER NOT NULL, independent_sources INTEGER NOT NULL, confidence REAL NOT NULL,
    PRIMARY KEY (id, valid_from)
) WITHOUT ROWID;

CREATE TABLE move_claim (
    move_id TEXT NOT NULL, valid_from TEXT NOT NULL, claim_id TEXT NOT NULL, supports INTEGER NOT NULL,
    PRIMARY KEY (move_id, valid_from, claim_id)
) WITHOUT ROWID;

-- sort_date and valid_to: those of the move's version, so that the moves of a reason are found in their order.
-- verbatim: 1 where a claim that quotes its article states the reason in these words; 0 for a note.
CREATE TABLE move_reason (
    move_id TEXT NOT NULL, valid_from TEXT NOT NULL, position INTEGER NOT NULL,
    category TEXT NOT NULL, quote TEXT NOT NULL, verbatim INTEGER NOT NULL, share REAL, said_by TEXT,
    sort_date TEXT NOT NULL, valid_to TEXT,
    PRIMARY KEY (move_id, valid_from, position)
) WITHOUT ROWID;

-- The moves believed now as JSON, and their histories (move_texts.py); follows from the other tables.
CREATE TABLE move_text (
    id TEXT PRIMARY KEY, sort_date TEXT NOT NULL, record BLOB NOT NULL, history BLOB NOT NULL
);

CREATE TABLE transition (
    id TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, person_id TEXT NOT NULL,
    from_organization TEXT NOT NULL, to_organization TEXT NOT NULL, departure_id TEXT NOT NULL,
    arrival_id TEXT NOT NULL, date TEXT, earliest TEXT, latest TEXT, days_between INTEGER,
    PRIMARY KEY (id, valid_from)
) WITHOUT ROWID;

CREATE TABLE tenure (
    id TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT, person_id TEXT NOT NULL,
    organization_id TEXT NOT NULL, role TEXT, start TEXT, start_earliest TEXT, start_latest TEXT,
    "end" TEXT, end_earliest TEXT, end_latest TEXT, ended INTEGER NOT NULL, moves TEXT NOT NULL,
    PRIMARY KEY (id, valid_from)
) WITHOUT ROWID;

CREATE TABLE conflation (
    claim_id TEXT NOT NULL, other_id TEXT NOT NULL, fact TEXT NOT NULL, valid_from TEXT NOT NULL, valid_to TEXT,
    article_id TEXT NOT NULL, person_id TEXT NOT NULL,
    PRIMARY KEY (claim_id, other_id, fact, valid_from)
) WITHOUT ROWID;

CREATE TABLE judgement (
    id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, object TEXT, value TEXT,
    made_by TEXT NOT NULL, made_at TEXT NOT NULL, why TEXT NOT NULL, revoked_at TEXT
) WITHOUT ROWID;

-- What is believed now, for whoever opens the file with a tool of their own.
CREATE VIEW current_move AS SELECT * FROM move WHERE valid_to IS NULL;
CREATE VIEW current_transition AS SELECT * FROM transition WHERE valid_to IS NULL;
CREATE VIEW current_tenure AS SELECT * FROM tenure WHERE valid_to IS NULL;

CREATE INDEX entity_name_compact ON entity_name (kind, compact, entity);
CREATE INDEX entity_name_letters ON entity_name (kind, letters, entity, compact, folded);
CREATE INDEX entity_name_entity ON entity_name (entity, kind);
CREATE INDEX entity_reading_entity ON entity_reading (entity);
CREATE INDEX provisional_name_claim ON provisional_name (claim_id);
CREATE INDEX article_id ON article (id, recorded_at);
CREATE INDEX article_published ON article (published, id) WHERE invalidated_at IS NULL;
CREATE INDEX claim_article ON claim (article_id);
CREATE INDEX claim_entity_person ON claim_entity (person_id);
CREATE INDEX claim_entity_organization ON claim_entity (organization_id);
CREATE INDEX identity_key_claim ON identity_key (claim_id);
CREATE INDEX move_now ON move (sort_date, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_learnt ON move (valid_from, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_sources ON move (independent_sources, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_event ON move (event, sort_date, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_status ON move (status, sort_date, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_verdict ON move (verdict, sort_date, id) WHERE valid_to IS NULL;
CREATE INDEX move_now_disputed ON move (sort_date, id)
    WHERE valid_to IS NULL AND (verdict = 'disputed' OR rival_dates <> '[]');
CREATE INDEX move_person ON move (person_id, sort_date, id);
CREATE INDEX move_organization ON move (organization_id, sort_date, id);
-- With verdict and valid_to it answers from itself alone how many moves an organization has. It lies in the order of
-- timelines, too: the planner takes it for them whatever its order.
CREATE INDEX move_now_organization ON move (organization_id, sort_date, id, verdict, valid_to) WHERE valid_to IS NULL;
CREATE INDEX move_changed ON move (valid_to) WHERE valid_to IS NOT NULL;
CREATE INDEX move_text_date ON move_text (sort_date, id);
CREATE INDEX move_reason_now ON move_reason (category, sort_date, move_id, valid_to) WHERE valid_to IS NULL;
CREATE INDEX move_reason_category ON move_reason (category, move_id, valid_from);
CREATE INDEX move_claim_claim ON move_claim (claim_id);
CREATE INDEX transition_person ON transition (person_id);
CREATE INDEX transition_departure ON transition (departure_id);
CREATE INDEX transition_arrival ON transition (arrival_id);
CREATE INDEX transition_flow ON transition (from_organization, to_organization, earliest) WHERE valid_to IS NULL;
CREATE INDEX transition_inflow ON transition (to_organization, from_organization) WHERE valid_to IS NULL;
-- All columns: who was there on a day is many rows, which lie apart in the table.
CREATE INDEX tenure_organization ON tenure (
    organization_id, start_earliest, ended, end_latest, valid_to, person_id, role, start, start_latest, "end",
    end_earliest, moves
);
CREATE INDEX tenure_person ON tenure (person_id);
CREATE INDEX conflation_person ON conflation (person_id);
