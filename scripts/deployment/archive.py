"""`./dev archive status --stack`: every archive job of a stack, as PlanArchive sees them."""

LINE = "{:<8} {:>3}  {:>6} {:<10} {:<9} {:>12} {:>9} {:>14}  {}"


def jobs(stack):
    """Every job, by month. The event has the function plan nothing."""
    found = stack.invoke("PlanArchive", {"only": "status"})["jobs"]
    return sorted(found, key=lambda job: (job["month"], job["generation"], job["shard"]))


def table(found):
    """The jobs, a line each with why one failed below it, and what they come to."""
    lines = [
        LINE.format("MONTH", "JOB", "SHARD", "STATE", "TO", "ROWS", "IN MYSQL", "BYTES", "CHANGED")
    ]
    for job in found:
        kept = "yes" if job["in_table"] else "no"
        cells = [
            job["month"],
            job["generation"],
            job["shard"],
            job["state"],
            job["target"],
            job["rows"],
            kept,
        ]
        lines.append(LINE.format(*cells, job["bytes"], job["updated_at"]))
        if job["reason"]:
            lines.append(f"         {job['reason']}")
    done = sum(job["state"] == "dropped" for job in found)
    rows, size = (sum(job[name] for job in found) for name in ("rows", "bytes"))
    lines.append(f"{done} of {len(found)} jobs done, {rows} rows, {size} bytes")
    return "\n".join(lines)
