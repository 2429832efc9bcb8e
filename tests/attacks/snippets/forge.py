import json, os, struct, sys


def frame(header, blob=b""):
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack(">II", len(text), len(blob)) + text + blob


def asked():
    """The message that is being answered."""
    caller = sys._getframe()
    while not isinstance(caller.f_locals.get("header"), dict) or "id" not in caller.f_locals["header"]:
        caller = caller.f_back
    return caller.f_locals["header"]


def forge(reply, blob=b""):
    """Answers the message, or each request in it, before the process does."""
    message = asked()
    several = message.get("requests")
    if several is not None:
        reply, blob = {"replies": [{**reply, "bytes": len(blob)}] * len(several)}, blob * len(several)
    os.write(3, frame({"id": message["id"], **reply}, blob))
