"""Python's Faker as a peer of the rules bench: the same ten columns, value by value. Prints the processor seconds of each number of rows given as an argument."""
import random
import sys
import time

from faker import Factory

fake = Factory.create("en_US")
fake.seed(1) if hasattr(fake, "seed") else None
random.seed(1)
statuses = ["new", "open", "closed", "lost"]


def row(i):
    return (i, fake.name(), fake.email(), fake.company(), fake.city(), fake.phone_number(), round(random.lognormvariate(3, 0.8), 2),
            random.randint(1, 9), fake.date(), random.choices(statuses, [4, 3, 2, 1])[0])


rows = int(sys.argv[1])
for i in range(200):
    row(i)
best = 1e9
for _ in range(3):
    start = time.process_time()
    for i in range(rows):
        row(i)
    best = min(best, time.process_time() - start)
print(best)
