# Injects a fault, then calls each operation with Python's own HTTP client, and prints what comes back.
import json
import sys
import urllib.error
import urllib.parse
import urllib.request

url, photo = sys.argv[1:]


def call(method, query="", body=None, content_type=None):
    request = urllib.request.Request(url + query, data=body, method=method)
    request.add_header("Authorization", "Bearer any-token")
    if content_type:
        request.add_header("Content-Type", content_type)
    try:
        response = urllib.request.urlopen(request)
    except urllib.error.HTTPError as error:
        response = error
    print(response.status, json.dumps(json.load(response), separators=(",", ":")))


def control(method, path, body=None):
    request = urllib.request.Request(url[:url.index("/v")] + "/_fake" + path, method=method)
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    with urllib.request.urlopen(request) as response:
        return json.loads(response.read() or "null")


control("POST", "/faults", {"op": "GetGroup", "status": 503, "code": 2, "message": "from outside"})
call("GET")
last = control("GET", "/requests")["requests"][-1]
print(last["op"], last["status"], last["fault_id"])
control("POST", "/reset")

call("GET", "?" + urllib.parse.urlencode({"fields": "subject,suspended"}))
call("POST", body=b'{"messaging_product":"whatsapp","subject":"Shed"}', content_type="application/json")
call("POST", body=urllib.parse.urlencode({"messaging_product": "whatsapp", "description": "A & B"}).encode())
with open(photo, "rb") as file:
    jpeg = file.read()
call("POST", content_type="multipart/form-data; boundary=b", body=b"\r\n".join([
    b"--b", b'Content-Disposition: form-data; name="messaging_product"', b"", b"whatsapp",
    b"--b", b'Content-Disposition: form-data; name="file"; filename="photo.jpg"', b"Content-Type: image/jpeg", b"", jpeg,
    b"--b--", b""]))
call("DELETE")
