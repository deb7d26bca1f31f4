"""Packs a folder into a ZIP file that is the same, byte for byte, whenever the folder's files are.

zip.py FOLDER FILE
"""

import sys
import zipfile
from pathlib import Path

folder, archive = map(Path, sys.argv[1:3])
with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as out:
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        # ZipInfo's own default date, the earliest that the format has: a file's real one changes with every build.
        entry = zipfile.ZipInfo(path.relative_to(folder).as_posix())
        entry.compress_type = zipfile.ZIP_DEFLATED
        entry.external_attr = 0o644 << 16
        out.writestr(entry, path.read_bytes())
