"""One measurement of vdirsyncer in one process: vdirsyncer_sync.py CASE FILE FOLDER

Both sides are vdirsyncer's own MemoryStorage, what it remembers is in its own SqliteStatus. Contacts are read and
storages filled before the clock starts. Prints one line of JSON, with the members of `mxs-bench engine`.
"""

import asyncio
import json
import sys
import time
from pathlib import Path

from vdirsyncer.storage.memory import MemoryStorage
from vdirsyncer.sync import sync
from vdirsyncer.sync.status import SqliteStatus
from vdirsyncer.vobject import Item

# Of so many contacts one changes on each side, in the case where some change.
CHANGED_OF = 100


def card(contact):
    """A contact as a vCard."""
    work = "".join(f";{contact[part]}" for part in ("street", "city"))
    lines = [
        "BEGIN:VCARD",
        "VERSION:3.0",
        f"UID:{contact['uid']}",
        f"N:{contact['surname']};{contact['given_name']};;;",
        f"FN:{contact['given_name']} {contact['surname']}",
        f"TITLE:{contact['title']}",
        f"ORG:;{contact['department']}",
        f"EMAIL;TYPE=WORK:{contact['email']}",
        f"TEL;TYPE=WORK:{contact['work_phone']}",
        f"TEL;TYPE=CELL:{contact['mobile_phone']}",
        f"ADR;TYPE=WORK:;{work};;{contact['postal_code']};{contact['country']}",
        "END:VCARD",
    ]
    return "\r\n".join(lines) + "\r\n"


def fill(storage, cards, version):
    """Puts cards into a storage as if they had been uploaded: those of one version have one ETag."""
    for uid, text in cards:
        storage.items[uid] = (version, Item(text))


def edit(storage, cards):
    """Changes cards by hand."""
    fill(storage, ((uid, text.replace("TITLE:Buyer", "TITLE:Owner")) for uid, text in cards), "2")


def memory_kb(name):
    """A line of what Linux tells of this process's memory."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))


def storages(case, cards):
    """The two sides as a case finds them."""
    one, other = MemoryStorage(), MemoryStorage()
    fill(one, cards, "1")
    if case != "first":
        fill(other, cards, "1")
    if case == "one-percent":
        part = len(cards) // CHANGED_OF
        edit(one, cards[:part])
        edit(other, cards[part : 2 * part])
    return one, other


def measure(case, people, folder):
    """Measures a case; `prepare` leaves the state that the others begin with."""
    with open(people, encoding="utf-8") as lines:
        contacts = (json.loads(line) for line in lines)
        cards = [(contact["uid"], card(contact)) for contact in contacts]
    one, other = storages(case, cards)
    before = [dict(one.items), dict(other.items)] if case == "one-percent" else None
    status = SqliteStatus(str(Path(folder) / "status.sqlite"))
    del cards
    before_kb = memory_kb("VmRSS:")
    start = time.perf_counter()
    asyncio.run(sync(one, other, status))
    milliseconds = (time.perf_counter() - start) * 1000
    peak_kb = memory_kb("VmHWM:")
    status.close()
    if [uid for uid in one.items if one.items[uid][1].raw != other.items[uid][1].raw]:
        sys.exit("the sides are not alike after the sync")
    writes = 0
    if before:
        writes = sum(len(old.items() - new.items.items()) for old, new in zip(before, (one, other)))
    elif case == "first":
        writes = len(other.items)
    return {"milliseconds": milliseconds, "before_kb": before_kb, "peak_kb": peak_kb, "writes": writes}


print(json.dumps(measure(*sys.argv[1:])))
