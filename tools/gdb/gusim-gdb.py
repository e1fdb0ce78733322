# gusim-gdb - what does the simulated machine look like from a debugger?
#
# Commands for gdb on a gusim that executes a run in its own process.  It is
# loaded by `gusim replay --gdb`; `help gusim` lists the commands.
#
# Nothing here calls a function of the program, so that looking changes nothing.
#
# SPDX-License-Identifier: BSD-2-Clause
import os
import sys

import gdb

UNTESTED = "cpu N needs the registers of x86-64; this is another processor"
# Whose code is under test, as paths of the source tree.
ROOMS = ("engine/", "policies/", "sim/workloads/", "sys/kern/")
# What fiber_jump() leaves on a stack (sim/machine/fiber_switch.S).
SAVED = ("r15", "r14", "r13", "r12", "rbx", "rbp")


class Wrong(gdb.GdbError):
    pass


def value(text):
    try:
        return gdb.parse_and_eval(text)
    except gdb.error as error:
        raise Wrong("gusim: %s; is this gusim, and does it run?" % error)


def number(text):
    return int(value(text))


def enum_name(it, prefix):
    name = str(it)
    return name[len(prefix):].lower() if name.startswith(prefix) else name


def time(ps):
    for unit, name in ((10**12, "s"), (10**9, "ms"), (10**6, "us"), (10**3, "ns")):
        if ps >= unit:
            return "%.3f %s" % (ps / unit, name)
    return "%d ps" % ps


def place(address):
    """A return address as function and line."""
    address = int(address)
    if address == 0:
        return "-"
    block = gdb.block_for_pc(address - 1)
    line = gdb.find_pc_line(address - 1)
    while block is not None and block.function is None:
        block = block.superblock
    name = "?" if block is None else block.function.name
    if line.symtab is None:
        return name
    return "%s, %s:%d" % (name, os.path.basename(line.symtab.filename), line.line)


def cpu_at(word):
    count = number("the.cpu_count")
    try:
        index = int(word, 0)
    except ValueError:
        raise Wrong("gusim: '%s' is not the number of a CPU" % word)
    if not 0 <= index < count:
        raise Wrong("gusim: there is no CPU %d; they are 0 to %d" % (index, count - 1))
    return value("the.cpus[%d]" % index)


def thread_name(thread):
    if int(thread["number"]) == 0:
        return "idle"
    return "%s (%d)" % (thread["name"].string(), int(thread["number"]))


def lab_threads():
    for i in range(number("lab.thread_count")):
        yield value("lab.threads[%d]" % i).dereference()


def sections():
    """The open ones, oldest first."""
    found = [t for t in lab_threads() if int(t["section"]["serial"]) != 0]
    return sorted(found, key=lambda t: int(t["section"]["serial"]))


def section_on(cpu):
    for thread in sections():
        if thread["thread"] == cpu["current"]:
            return thread["section"]
    return None


def print_table(head, rows):
    rows = [head] + rows
    widths = [max(len(row[i]) for row in rows) for i in range(len(head))]
    for row in rows:
        print("  ".join(c.ljust(w) for c, w in zip(row, widths)).rstrip())


def under_test(frame):
    sal = frame.find_sal()
    return sal.symtab is not None and any(
        sal.symtab.filename.startswith(room) or "/" + room in sal.symtab.filename
        for room in ROOMS)


def select_code():
    """The innermost frame of the code under test; False where there is none."""
    frame = gdb.newest_frame()
    while frame is not None:
        if under_test(frame):
            frame.select()
            return True
        frame = frame.older()
    gdb.newest_frame().select()
    return False


class Gusim(gdb.Command):
    """The simulated machine of gusim: its CPUs, sections, items and sequences."""

    def __init__(self):
        super().__init__("gusim", gdb.COMMAND_DATA, prefix=True)


class Start(gdb.Command):
    """gusim start [CHECK]: stop just before the access at which the finding comes.

The run is executed up to its first finding, or the first of CHECK, and then
once more up to the access after which that came.  `continue` goes on to
the finding itself, and then to the next one."""

    def __init__(self):
        super().__init__("gusim start", gdb.COMMAND_RUNNING)
        self.points = []

    def clean(self):
        for point in self.points:
            if point.is_valid():
                point.delete()
        self.points = []

    def stop_at(self, *names):
        for name in names:
            point = gdb.Breakpoint(name, internal=True)
            point.silent = True
            self.points.append(point)

    def go(self, command):
        """Carries on to a breakpoint: its function; "" for anything else."""
        try:
            gdb.execute(command, to_string=True)
        except gdb.error as error:
            self.clean()
            raise Wrong("gusim: the run cannot be started: %s" % error)
        if not gdb.selected_inferior().pid:
            return ""
        function = gdb.newest_frame().name()
        return function if function in ("check_report", "check_report_at",
                                        "machine_halted", "run_execute_guided") else ""

    def invoke(self, argument, from_tty):
        # gdb's own two questions, "run again?" and "more?", have one answer.
        gdb.execute("set confirm off")
        gdb.execute("set pagination off")
        self.clean()
        self.stop_at("check_report", "check_report_at")
        wanted = argument.strip()
        at = self.go("run")
        while at and wanted and value("check").string() != wanted:
            at = self.go("continue")
        if not at:
            self.clean()
            self.say_no_finding(wanted)
            return
        check = value("check").string()
        if number("the.cpu") == 0:
            print("The finding '%s' came after the end of the run, not at an access." % check)
            self.show()
            return
        cpu, access = number("the.cpu->index"), number("the.cpu->accesses")
        at_ps = number("the.cpu->now_ps")
        if access == 0:
            print("The finding '%s' came before any access of CPU %d." % (check, cpu))
            self.show()
            return
        self.clean()
        self.stop_at("run_execute_guided")
        self.go("run")
        gdb.execute("set var machine_halt.cpu = %d" % cpu)
        gdb.execute("set var machine_halt.access = %d" % access)
        self.clean()
        self.stop_at("machine_halted", "check_report", "check_report_at")
        if self.go("continue") != "machine_halted":
            print("The run did not repeat itself: it stops elsewhere.")
        print("CPU %d is about to make its access number %d, at %s; then comes "
              "the finding '%s', at %s." %
              (cpu, access, time(number("the.cpu->now_ps")), check, time(at_ps)))
        self.show()

    def say_no_finding(self, wanted):
        if gdb.selected_inferior().pid:
            print("The process was stopped before any finding: this is where.")
            self.show()
        elif wanted:
            print("The run ended without a finding of '%s'." % wanted)
        else:
            print("The run ended without a finding: there is nothing to stop at.")

    def show(self):
        if not select_code():
            print("No code under test is at work here; this is gusim's own.")
        gdb.execute("backtrace")
        gdb.execute("frame")


class Read(gdb.Command):
    """gusim read: carry out the commands on standard input, up to the first that fails."""

    def __init__(self):
        super().__init__("gusim read", gdb.COMMAND_SUPPORT)

    def invoke(self, argument, from_tty):
        for line in sys.stdin:
            sys.stdout.flush()
            try:
                gdb.execute(line.strip() or "echo")
            except gdb.error as error:
                raise Wrong("gusim: '%s': %s" % (line.strip(), error))


class Cpus(gdb.Command):
    """gusim cpus: what every simulated CPU is doing."""

    def __init__(self):
        super().__init__("gusim cpus", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        running = number("the.cpu")
        states = value("(enum thread_state)0").type
        rows = []
        for i in range(number("the.cpu_count")):
            cpu = value("the.cpus[%d]" % i)
            thread = cpu["current"].dereference()
            section = section_on(cpu)
            stalled = "-"
            if int(cpu["deaf"]) != 0:
                kind = cpu["stall_kind"].cast(gdb.lookup_type("enum stream_stall"))
                stalled = "%s until %s" % (enum_name(kind, "STREAM_"),
                                           time(int(cpu["stall_until_ps"])))
            elif int(cpu["entering"]) != 0:
                stalled = "(entering)"
            rows.append((
                ("*" if int(cpu.address) == running else " ") + str(i),
                thread_name(thread),
                time(int(cpu["now_ps"])),
                enum_name(thread["state"].cast(states), "THREAD_"),
                "-" if section is None else "%d, open since %s" % (
                    int(section["serial"]), time(int(section["opened_ps"]))),
                stalled, str(int(cpu["store_count"])), place(cpu["where"])))
        print_table((" CPU", "thread", "time", "state", "section", "stopped",
                     "stores", "last access"), rows)


class Cpu(gdb.Command):
    """gusim cpu N: the backtrace of the thread on CPU N."""

    def __init__(self):
        super().__init__("gusim cpu", gdb.COMMAND_STACK)

    def invoke(self, argument, from_tty):
        cpu = cpu_at(argument.strip() or "-1")
        print("CPU %d, thread %s" % (int(cpu["index"]),
                                     thread_name(cpu["current"].dereference())))
        if int(cpu.address) == number("the.cpu"):
            gdb.execute("backtrace")
            return
        if "x86-64" not in gdb.newest_frame().architecture().name():
            raise Wrong("gusim: " + UNTESTED)
        self.show(int(cpu["current"]["fiber"]["stack_pointer"]))

    def show(self, stack):
        word = gdb.lookup_type("unsigned long")
        words = [int(gdb.Value(stack + 8 * i).cast(word.pointer()).dereference())
                 for i in range(len(SAVED) + 1)]
        frame = gdb.selected_frame()
        level = frame.level()
        gdb.newest_frame().select()
        before = {name: number("$" + name) for name in SAVED + ("rsp", "rip")}
        try:
            for name, it in zip(SAVED, words):
                gdb.execute("set var $%s = %d" % (name, it))
            gdb.execute("set var $rsp = %d" % (stack + 8 * len(words)))
            gdb.execute("set var $rip = %d" % words[-1])
            gdb.execute("backtrace")
        finally:
            # The stack first: gdb finds the frame again by it.
            gdb.newest_frame().select()
            for name in ("rsp", "rip") + SAVED:
                gdb.execute("set var $%s = %d" % (name, before[name]))
            gdb.execute("frame %d" % level, to_string=True)


class Stores(gdb.Command):
    """gusim stores N: the stores of CPU N that no other CPU can see yet."""

    def __init__(self):
        super().__init__("gusim stores", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        cpu = cpu_at(argument.strip() or "-1")
        count, head = int(cpu["store_count"]), int(cpu["store_head"])
        if count == 0:
            print("The store buffer of CPU %d is empty." % int(cpu["index"]))
            return
        here = int(cpu.address) == number("the.cpu")
        base, room = number("the.base"), cpu["stores"].type.range()[1] + 1
        rows = []
        for i in range(count):
            store = cpu["stores"][(head + i) % room]
            size, offset = int(store["size"]), int(store["offset"])
            # While its CPU runs, a store is in memory and the old bytes here.
            if here:
                data = gdb.selected_inferior().read_memory(base + offset, size).tobytes()
            else:
                data = bytes(int(store["value"][n]) for n in range(min(size, 16)))
            due = int(store["due_ps"])
            rows.append((str(i), "0x%x" % (base + offset), str(size),
                         "0x%x" % int.from_bytes(data, "little"),
                         "-" if due >= 2**63 else time(due),
                         item_at(base + offset) or ""))
        print_table(("", "address", "bytes", "value", "leaves at", ""), rows)


def item_at(address):
    """The item that the address lies in, in words; None."""
    offset = address - number("the.base")
    size = number("items.size")
    if size == 0 or not 0 <= offset < number("the.arena.bytes"):
        return None
    for i in range(1, number("items.count")):
        start = number("items.table[%d].offset" % i)
        if start <= offset < start + size:
            return "item %d + %d" % (i, offset - start)
    return None


class Item(gdb.Command):
    """gusim item ADDRESS|NUMBER: the life of an item, as the oracle knows it."""

    def __init__(self):
        super().__init__("gusim item", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        if not argument.strip():
            raise Wrong("gusim: item needs the number of an item, or an address in it")
        it = number(argument)
        if it >= number("items.count"):
            words = item_at(it)
            if words is None:
                raise Wrong("gusim: there is no item at 0x%x; numbers go from 1 to %d"
                            % (it, number("items.count") - 1))
            it = int(words.split()[1])
        elif it < 1:
            raise Wrong("gusim: items are numbered from 1")
        item = value("items.table[%d]" % it)
        state = value("(enum item_state)%d" % int(item["state"]))
        print("item %d at 0x%x, %d bytes" % (
            it, number("the.base") + int(item["offset"]), number("items.size")))
        print("  state       %s%s" % (enum_name(state, "ITEM_"),
                                      ", safe" if int(item["safe"]) else ""))
        print("  generation  %d" % int(item["generation"]))
        print("  holders     %d open sections" % int(item["holders"]))
        freed = int(item["state"]) >= number("ITEM_FREED")
        for name in ("retired", "stamped", "safe", "known"):
            at = int(item[name + "_ps"])
            print("  %-11s %s" % (name, time(at) if at and freed else "-"))


class Sections(gdb.Command):
    """gusim sections: the read sections that are open, and what they hold."""

    def __init__(self):
        super().__init__("gusim sections", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        rows = []
        for thread in sections():
            section = thread["section"]
            holds = []
            for i in range(int(section["hold_count"])):
                hold = section["holds"][i]
                item = value("items.table[%d]" % int(hold["number"]))
                state = value("(enum item_state)%d" % int(item["state"]))
                holds.append("item %d (%s%s)" % (
                    int(hold["number"]), enum_name(state, "ITEM_"),
                    ", since handed out" if int(hold["stale"]) else ""))
            rows.append((str(int(section["serial"])), str(int(section["cpu"])),
                         thread_name(thread["thread"].dereference()),
                         time(int(section["opened_ps"])), ", ".join(holds) or "-"))
        if not rows:
            print("No section is open.")
            return
        print_table(("section", "CPU", "thread", "open since", "holds"), rows)


class Seq(gdb.Command):
    """gusim seq: the sequence numbers of the domain: wr, rd and each CPU's c."""

    def __init__(self):
        super().__init__("gusim seq", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        policy = value("lab.policy_def->part.name").string()
        if policy != "gus" or number("lab.policy") == 0:
            raise Wrong("gusim: the policy '%s' has no sequence numbers" % policy)
        smr = value("((struct gus *)lab.policy)->smr")
        shared = smr["cpu"][0]["shared"].dereference()
        pair = int(shared["wr_pair"])
        wr, rd = pair >> 32, int(shared["rd"])
        print("wr  %d (0x%x), last moved in tick %d" % (wr, wr, pair & 0xffffffff))
        print("rd  %d (0x%x), %d behind wr" % (rd, rd, (wr - rd) & 0xffffffff))
        rows = []
        for i in range(number("the.cpu_count")):
            c = int(smr["cpu"][i]["c_seq"])
            rows.append((str(i), "- (outside)" if c == 0 else "%d (0x%x)" % (c, c),
                         "" if c == 0 else "%d behind wr" % ((wr - c) & 0xffffffff)))
        print_table(("CPU", "c", ""), rows)


Gusim()
for command in (Start, Read, Cpus, Cpu, Stores, Item, Sections, Seq):
    command()
