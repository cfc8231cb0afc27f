"""Jobs, streams of the overview and lists of a coordinator: how much memory it takes and how many lists a second it gives. Called by viewers.sh."""
import http.client, json, re, socket, sys, threading, time

port, pid, tokens, jobs, streams, callers, seconds = int(sys.argv[1]), sys.argv[2], sys.argv[3].split(","), *map(int, sys.argv[4:8])


def resident():
    return int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{pid}/status").read()).group(1)) / 1024


def ask(method, path, token, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request(method, path, body and json.dumps(body), {"Authorization": f"Bearer {token}", "Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, text


for number in range(jobs):
    status, text = ask("POST", "/api/v1/jobs", tokens[number % len(tokens)], {"spec": "digits", "id": f"job-{number:04}"})
    assert status == 201, (status, text)
before = resident()


class Viewer(threading.Thread):
    def __init__(self, token):
        super().__init__(daemon=True)
        self.events = 0
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.sendall(f"GET /api/v1/events HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nAccept: text/event-stream\r\n\r\n".encode())
        self.start()

    def run(self):
        try:
            while part := self.socket.recv(1 << 16):
                self.events += part.count(b"event: overview")
        except OSError:
            pass


viewers = [Viewer(tokens[number % len(tokens)]) for number in range(streams)]
most, cancelled, began = before, 0, time.time()
while time.time() - began < 30:  # something changes every half second
    ask("POST", f"/api/v1/jobs/job-{cancelled:04}/cancel", tokens[cancelled % len(tokens)])
    cancelled += 1
    most = max(most, resident())
    time.sleep(0.5)
heard = [viewer.events for viewer in viewers]
assert min(heard) > 5, heard
for viewer in viewers:
    viewer.socket.shutdown(socket.SHUT_RDWR)
    viewer.socket.close()
time.sleep(15)
after = resident()

times, lock, end = [], threading.Lock(), time.time() + seconds


def caller(token):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    while time.time() < end:
        began = time.time()
        connection.request("GET", "/api/v1/jobs", headers={"Authorization": f"Bearer {token}"})
        answer = connection.getresponse()
        text = answer.read()
        assert answer.status == 200 and len(json.loads(text)["jobs"]) == jobs if len(times) % 100 == 0 else answer.status == 200, (answer.status, text[:200])
        with lock:
            times.append(time.time() - began)


threads = [threading.Thread(target=caller, args=(tokens[number % len(tokens)],)) for number in range(callers)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
times.sort()
print(f"| {jobs:,} | {streams} | {before:.0f} | {most:.0f} | {after:.0f} | {min(heard)} to {max(heard)} | {callers} | {len(times) / seconds:.0f} | {times[len(times) // 2] * 1000:.0f} | {times[int(len(times) * 0.99)] * 1000:.0f} |")
