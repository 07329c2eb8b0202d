"""The main job by a client that openapi-python-client has generated: sign up, log in, album,
announce, send, wait, look, search, share. `./dev test` generates the package `albumen_client`, and
says in ALBUMEN_SYSTEM where the system is.
"""

import hashlib
import json
import os
import pathlib
import struct
import time
import uuid

import httpx
from albumen_client import AuthenticatedClient, Client
from albumen_client.api.accounts import create_session, create_user
from albumen_client.api.albums import create_album, get_album
from albumen_client.api.finding import list_changes, list_trash, search_photos
from albumen_client.api.photos import create_photo, delete_photo, get_photo
from albumen_client.api.sharing import create_share, get_shared_album
from albumen_client.api.uploads import complete_upload, sign_upload_parts
from albumen_client.models import (
    ChangePhoto,
    CreateAlbumBody,
    CreatePhotoBody,
    CreateSessionBody,
    CreateShareBody,
    CreateUserBody,
    SendingInParts,
    SendingWhole,
    SignUploadPartsBody,
    SignUploadPartsBodyPartsItem,
    Status,
    TrashedPhoto,
)

PASSWORD = "a quiet orange lighthouse"
WIDTH, HEIGHT = 96, 64


def origin():
    told = pathlib.Path(os.environ["ALBUMEN_SYSTEM"]).read_text("utf-8")
    return json.loads(told)["origin"]


def picture(shade):
    """A BMP of one colour, another for each shade."""
    pixels = bytes([shade, 120, 200]) * (WIDTH * HEIGHT)
    header = struct.pack("<2sIII", b"BM", 54 + len(pixels), 0, 54)
    about = struct.pack("<IiiHHIIiiII", 40, WIDTH, HEIGHT, 1, 24, 0, len(pixels), 2835, 2835, 0, 0)
    return header + about + pixels


def answer(response, status):
    """The parsed body of an answer with this status."""
    assert response.status_code == status, f"{response.status_code}: {response.content!r}"
    return response.parsed


def send(url, headers, data):
    sent = httpx.put(url, headers=headers, content=data)
    assert sent.status_code == 200, f"{sent.status_code}: {sent.text}"


def sign_up(address):
    """A client that is signed in as somebody new."""
    anyone = Client(base_url=address)
    email = f"ana-{uuid.uuid4().hex}@example.org"
    answer(
        create_user.sync_detailed(client=anyone, body=CreateUserBody("Ana", email, PASSWORD)), 201
    )
    session = answer(
        create_session.sync_detailed(client=anyone, body=CreateSessionBody(email, PASSWORD)), 201
    )
    assert "write" in session.scopes, session.scopes
    return AuthenticatedClient(base_url=address, token=session.token)


def announce(client, album, data, caption, in_parts):
    body = CreatePhotoBody("lake.bmp", len(data), "image/bmp", hashlib.sha256(data).hexdigest())
    body.caption = caption
    body.multipart = in_parts
    return answer(create_photo.sync_detailed(album, client=client, body=body), 201)


def send_whole(upload, data):
    assert isinstance(upload, SendingWhole) and upload.kind == "whole", upload
    send(upload.url, upload.headers.additional_properties, data)


def send_in_parts(client, upload, data):
    assert isinstance(upload, SendingInParts) and upload.kind == "in_parts", upload
    assert upload.parts == 1
    part = SignUploadPartsBodyPartsItem(1, hashlib.sha256(data).hexdigest())
    signed = answer(
        sign_upload_parts.sync_detailed(upload.id, client=client, body=SignUploadPartsBody([part])),
        200,
    )
    send(signed.parts[0].url, signed.parts[0].headers.additional_properties, data)
    answer(complete_upload.sync_detailed(upload.id, client=client), 202)


def settled(client, photo):
    """The photo, once it is ready or has failed."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        seen = answer(get_photo.sync_detailed(photo, client=client), 200)
        if seen.status in (Status.READY, Status.FAILED):
            return seen
        time.sleep(0.2)
    raise AssertionError("the photo was not ready within a minute")


def look(address, client, album, photo):
    """The album has the photo, and its smallest image is there."""
    seen = answer(get_album.sync_detailed(album, client=client), 200)
    assert photo in [item.id for item in seen.photos.items]
    one = answer(get_photo.sync_detailed(photo, client=client), 200)
    assert (one.width, one.height) == (WIDTH, HEIGHT)
    image = httpx.get(f"{address}{one.renditions[0].url}?{one.media.query}")
    assert image.status_code == 200 and image.content[8:12] == b"WEBP", image.status_code


def share(address, client, album, photos):
    """Somebody with the link sees the same photos."""
    made = answer(
        create_share.sync_detailed(album, client=client, body=CreateShareBody(name="Grandparents")),
        201,
    )
    guest = Client(base_url=address)
    seen = answer(get_shared_album.sync_detailed(made.token, client=guest), 200)
    assert sorted(item.id for item in seen.photos.items) == sorted(photos)


def throw_away(client, photo):
    """What is one of several kinds says which."""
    answer(delete_photo.sync_detailed(photo, client=client), 204)
    trash = answer(list_trash.sync_detailed(client=client), 200).items
    assert [type(item) for item in trash] == [TrashedPhoto] and trash[0].photo.id == photo, trash
    changes = answer(list_changes.sync_detailed(client=client), 200).items
    changed = [item.id for item in changes if isinstance(item, ChangePhoto)]
    assert photo in changed, changes


def main():
    address = origin()
    client = sign_up(address)
    album = answer(
        create_album.sync_detailed(client=client, body=CreateAlbumBody("Summer")), 201
    ).id
    photos = []
    for shade, in_parts in ((10, False), (20, True)):
        data = picture(shade)
        announced = announce(client, album, data, f"The lake, {shade}", in_parts)
        if in_parts:
            send_in_parts(client, announced.upload, data)
        else:
            send_whole(announced.upload, data)
        photos.append(announced.photo.id)
    for photo in photos:
        assert settled(client, photo).status == Status.READY
        look(address, client, album, photo)
    found = answer(search_photos.sync_detailed(client=client, q="lake"), 200)
    assert sorted(item.id for item in found.items) == sorted(photos)
    share(address, client, album, photos)
    throw_away(client, photos[0])
    print("openapi-python-client: the main job is done")


if __name__ == "__main__":
    main()
