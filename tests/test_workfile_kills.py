"""A process that is killed at any moment: nothing that it called saved is ever missing."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import sys
import time

import jsonschema
import pytest

from alliance_widgets import check_ratings
from alliance_widgets.workfile import WorkFile
from alliance_widgets.workfile.reading import schema

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="forks and kills")


def rate_until_killed(path, client, pipe):
    """In a process of its own: rate one session after the other, and say so when it is saved."""
    try:
        work = WorkFile(path)
        for session in range(1, 1000):
            work.record_rating(
                client=client, session=session, goals=4, tasks=session % 5 + 1, bond=3
            )
            assert work.saved
            os.write(pipe, f"saved {session}\n".encode())
            if session % 3 == 0:
                work.record_rating(client=client, session=1, goals=1 + session % 4, tasks=3, bond=3)
            if session % 7 == 0:
                work.record("mark", (client, session), rupture=True)
                work.undo()
    finally:
        os._exit(1)


def start(path, client):
    end, pipe = os.pipe()
    child = os.fork()
    if not child:
        os.close(end)
        rate_until_killed(path, client, pipe)
    os.close(pipe)
    return child, end


def said_before_death(child, end):
    os.kill(child, signal.SIGKILL)
    with os.fdopen(end, "rb") as pipe:
        said = pipe.read().decode().splitlines()
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL  # it never ended by itself, or by a fault
    return {int(line.removeprefix("saved ")) for line in said}


def kill_often(folder, times, seed):
    chance = random.Random(seed)
    path, promised, killed_in_a_save, done = folder / "work.json", {}, 0, 0
    while done < times:
        if done % 25 == 0:  # a fresh file now and then, so that it starts from nothing too
            with contextlib.suppress(FileNotFoundError):
                path.unlink()
            promised = {}
        together = 2 if done % 5 == 4 else 1
        clients = [f"client {done + n}" for n in range(together)]
        children = [(client, *start(path, client)) for client in clients]
        time.sleep(chance.uniform(0, 0.12) ** 1.5 * 3)
        for client, child, end in children:
            promised[client] = said_before_death(child, end)
            done += 1
        killed_in_a_save += any(file.suffix == ".tmp" for file in folder.iterdir())
        check(path, promised)
    return killed_in_a_save


def check(path, promised):
    if not path.exists():
        assert not any(promised.values())
        return
    file = json.loads(path.read_bytes(), parse_constant=pytest.fail)
    assert (file["kit"], file["schema_version"]) == ("alliance_widgets", 2)
    work = WorkFile(path)
    assert work.notices == ()
    ratings = work.ratings
    for client, sessions in promised.items():
        theirs = set(ratings.loc[ratings["client"] == client, "session"])
        assert theirs >= sessions
        assert len(theirs) <= len(sessions) + 1  # the one that was not said to be saved yet
    if len(ratings):
        check_ratings(ratings)


def test_fifty_kills_lose_no_rating_that_was_called_saved(tmp_path):
    seed = random.randrange(10**6)
    print("seed", seed)
    caught = kill_often(tmp_path, 50, seed)
    print("killed in the middle of a save:", caught)
    work = WorkFile(tmp_path / "work.json")
    assert work.record_rating(client="after", session=1, alliance=3)
    assert sorted(os.listdir(tmp_path)) == [".work.json.lock", "work.json"]
    jsonschema.validate(json.loads(work.path.read_bytes()), schema())


@pytest.mark.prove
def test_five_hundred_kills_lose_no_rating_that_was_called_saved(tmp_path):
    caught = kill_often(tmp_path, 500, random.randrange(10**6))
    assert caught > 10  # kills that left a half-written file behind, so that this proves something
    jsonschema.validate(json.loads((tmp_path / "work.json").read_bytes()), schema())
