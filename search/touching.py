"""Every change of a row that decides what is found is noted by the database itself, whoever makes it and however.

What a process keeps in memory (`columns`) is only as good as the news of changes: signals miss `update()`, raw SQL and
other programs, triggers do not.
"""

from typing import Any

from django.db import connections

CASE_OF = {
    "casebook_case": "{row}.id",
    "casebook_section": "{row}.case_id",
    "casebook_grant": "(SELECT case_id FROM casebook_section WHERE id = {row}.section_id)",
    "casebook_consent": "{row}.case_id",
    "casebook_casephase": "{row}.case_id",
    "casebook_case_capabilities": "{row}.case_id",
    "search_document": "{row}.case_id",
    "network_capability": "NULL",
}
"""The tables watched, and where a row of each names its case; NULL, where it no longer can, stands for any case."""
TRANSACTION = "pg_current_xact_id()::text::bigint"
ROWS = {"INSERT": ["NEW"], "DELETE": ["OLD"], "UPDATE": ["NEW", "OLD"]}


def install(using: str = "default", **_signal: Any) -> None:
    """Put the triggers in place; after every migration, since SQLite loses those of a table that it makes anew."""
    connection = connections[using]
    write = _postgres if connection.vendor == "postgresql" else _sqlite
    with connection.cursor() as cursor:
        for table, case in CASE_OF.items():
            for statement in write(table, case):
                cursor.execute(statement)
        # What was there before, nobody saw change.
        transaction = "0" if connection.vendor == "sqlite" else TRANSACTION
        cursor.execute(_note("NULL", transaction, "CURRENT_TIMESTAMP"))


def _sqlite(table: str, case: str) -> list[str]:
    statements = []
    for verb, rows in ROWS.items():
        name = f"search_touched_{table}_{verb.lower()}"
        notes = " ".join(_note(case.format(row=row), "0", "CURRENT_TIMESTAMP") for row in rows)
        statements.append(f"DROP TRIGGER IF EXISTS {name}")
        statements.append(f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {notes} END")
    return statements


def _postgres(table: str, case: str) -> list[str]:
    name = f"search_touched_{table}"
    notes = {verb: [_note(case.format(row=row), TRANSACTION, "now()") for row in rows] for verb, rows in ROWS.items()}
    branches = " ".join(f"IF TG_OP = '{verb}' THEN {' '.join(told)} END IF;" for verb, told in notes.items())
    everything = _note("NULL", TRANSACTION, "now()")
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF TG_OP = 'TRUNCATE' THEN {everything} RETURN NULL; END IF; {branches} RETURN NULL; END $$",
        f"CREATE OR REPLACE TRIGGER {name} AFTER INSERT OR UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()",
        f"CREATE OR REPLACE TRIGGER {name}_emptied AFTER TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()",
    ]


def _note(case: str, transaction: str, at: str) -> str:
    # Nothing in it comes from outside this module.
    return f'INSERT INTO search_touched (case_id, "transaction", at) VALUES ({case}, {transaction}, {at});'  # noqa: S608
