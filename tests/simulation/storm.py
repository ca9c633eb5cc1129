"""What all random histories of jobs share: workers that overlap, die and lose their calls, and the calm at the end."""

import random
from dataclasses import dataclass, field
from datetime import timedelta

from tests.simulation.faults import check_error
from tests.simulation.fuzz import CALM, LAMBDA_LIVES, TWO_LEASES, WRITES
from tests.simulation.house import House
from tests.simulation.promises import holds_at_every_step, jobs_in
from tests.simulation.world import FOUR, Fault, Process

MOST_WORKERS = 3


@dataclass
class Storm:
    """The processes of one history in one house."""

    house: House
    chance: random.Random
    rate: float  #: of faults
    processes: list[tuple[float, Process]] = field(default_factory=list)  #: with the time of their start

    def all_done(self) -> bool:
        return all(job.is_finished for job in jobs_in(self.house))

    def is_over(self) -> bool:
        return not self.processes and self.all_done()

    def blow(self) -> None:
        """Perhaps a worker starts, perhaps time passes."""
        if not self.processes or (self.chance.random() < 0.1 and len(self.processes) < MOST_WORKERS):
            self._start_worker()
        if self.chance.random() < 0.03:
            self.house.world.now += self.chance.choice((1, 10, 61, 300))

    def begin(self, process: Process) -> None:
        self.processes.append((self.house.world.now, process))

    def continue_a_process(self) -> Process:
        """One process makes one call. Returns it."""
        world = self.house.world
        born, process = entry = self.chance.choice(self.processes)
        if world.now - born > LAMBDA_LIVES:
            process.kill()
        else:
            process.step(self._fault())
        if process.is_over:
            self.processes.remove(entry)
        if world.trace and world.trace[-1].partition(":")[0] in WRITES:
            holds_at_every_step(self.house)
        return process

    def calm(self) -> None:
        """No more faults: every process ends, and the schedule alone brings every job to its end."""
        for _, process in self.processes:
            while not process.is_over:
                process.step()
        until = self.house.world.now + CALM
        while not self.all_done():
            assert self.house.world.now < until, f"stuck: {jobs_in(self.house)}"
            process = self.house.process(lambda parts: parts.run_schedule())
            process.run()
            check_error(process.main.error)
            self.house.world.now += 60

    def _start_worker(self) -> None:
        skew = self.chance.uniform(-TWO_LEASES, TWO_LEASES) if self.chance.random() < 0.3 else 0.0
        within = timedelta(seconds=self.chance.choice((15.5, 17, 600)))
        self.house.world.now += 1
        jobs = jobs_in(self.house)
        if not jobs or self.chance.random() < 0.5:
            return self.begin(self.house.process(lambda parts: parts.run_schedule(within=within), skew=skew))
        job_id = self.chance.choice(jobs).job_id
        return self.begin(self.house.process(lambda parts: parts.run_job(job_id, within=within), skew=skew))

    def _fault(self) -> Fault | None:
        return self.chance.choice((*FOUR, Fault.REFUSED)) if self.chance.random() < self.rate else None
