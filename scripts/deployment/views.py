"""Views in the hot table: what is projected from the database, and can be projected again.

After a restore some are of rows that the database does not have, or in a later version than it has:
the projection keeps the later one, so that they have to go before it is built anew. Tombstones of
what had ended go with them, and are not built anew: what comes late of a photo that was deleted on
purpose is then left where it is, and reported by SweepObjects.
"""

# Keys of what is projected: shared/src/stores/dynamodb/hot. Sessions, addresses, limits and records
# of requests begin otherwise, and are nowhere else.
PROJECTED = ("ALBUM#", "PAGE#", "PHOTO#", "SHARE#")


def is_view(key):
    """Whether an item is a view, by its partition key."""
    return key.startswith(PROJECTED)


def forget(table):
    """Deletes every view of a table; how many there were."""
    count, begin = 0, {}
    while True:
        page = table.scan(ProjectionExpression="pk, sk", **begin)
        views = [item for item in page["Items"] if is_view(item["pk"])]
        with table.batch_writer() as batch:
            for item in views:
                batch.delete_item(Key=item)
        count += len(views)
        if "LastEvaluatedKey" not in page:
            return count
        begin = {"ExclusiveStartKey": page["LastEvaluatedKey"]}
