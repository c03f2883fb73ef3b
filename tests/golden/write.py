"""Write the golden files that are missing: ``python -m tests.golden.write``.

Run it after a stored type got a new schema version. It never touches a file that is there:
these stand for what users keep in their databases.
"""

from pathlib import Path

from molpipe.model.codec import encode
from tests.model.samples import STORED

FOLDER = Path(__file__).parent


def path_of(kind, version):
    return FOLDER / f"{kind.__name__}-{version}.json"


def main():
    for value in STORED:
        kind = type(value)
        path = path_of(kind, kind.SCHEMA_VERSION)
        if not path.exists():
            path.write_bytes(encode(value) + b"\n")


if __name__ == "__main__":
    main()
