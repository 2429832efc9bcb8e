import json, os, struct, sys


def frame(header, blob=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(blob)) + text + blob


def asked():
    caller = sys._getframe()
    while not isinstance(caller.f_locals.get("header"), dict) or "op" not in caller.f_locals["header"]:
        caller = caller.f_back
    return caller.f_locals["header"]


def forge(reply, blob=b""):
    os.write(3, frame({"id": asked()["id"], **reply}, blob))
