# One rank of an all-reduce with PyTorch's gloo: gloo.py RANK SIZE PORT NUMBERS ROUNDS. Prints the median in milliseconds.
import sys, time, torch, torch.distributed as dist
rank, size, port, numbers, rounds = map(int, sys.argv[1:6])
torch.set_num_threads(1)
dist.init_process_group("gloo", init_method=f"tcp://127.0.0.1:{port}", rank=rank, world_size=size)
buffer, times = torch.empty(numbers), []
for round in range(rounds + 5):
    buffer.fill_(rank + 1)
    dist.barrier()
    started = time.perf_counter()
    dist.all_reduce(buffer)
    if round >= 5: times.append((time.perf_counter() - started) * 1000)
    assert (buffer == size * (size + 1) / 2).all()
print(f"{sorted(times)[len(times) // 2]:.3f}")
