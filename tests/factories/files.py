"""Forms with files, as bytes: the test client would leave a large one open on the disk."""


def form_with_file(fields: dict[str, str], size: int) -> dict[str, object]:
    """Return what the client sends for a form with these fields and then a file of so many bytes."""
    head = "--part\r\nContent-Disposition: form-data; name="
    parts = "".join(f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items())
    file = f'{head}"files"; filename="a.bin"\r\nContent-Type: application/octet-stream\r\n\r\n'
    body = (parts + file).encode() + b"x" * size + b"\r\n--part--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=part"}
