"""Which zones the network is made in. Once: a subnet cannot be moved.

Not every zone of a region has every service. Aurora says where it can be had. Lambda and Redshift
Serverless do not:
https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-usage-considerations.html has the
latter's list, and a deployment that fails for it says which subnet it was. Whoever knows better
says `--parameter Zones=…`.
"""

# A zone of us-east-1 in which Lambda has no way into a network, by the id that is the same for
# every account.
WITHOUT_LAMBDA = {"use1-az3"}


def chosen(zones, with_database):
    """Three zones: names of a region's zones by id, and the names of those that have the database.

    A region may have two, of which the first is taken twice, as Redshift Serverless asks for in
    such a region.
    """
    good = sorted(
        name for name, id in zones.items() if name in with_database and id not in WITHOUT_LAMBDA
    )
    if len(good) == 2:
        return [*good, good[0]]
    return good[:3] if len(good) >= 3 else None


def of_region(ec2, rds):
    """What [`chosen`] asks for, of the region of these clients."""
    available = [
        {"Name": "state", "Values": ["available"]},
        {"Name": "zone-type", "Values": ["availability-zone"]},
    ]
    zones = {
        each["ZoneName"]: each["ZoneId"]
        for each in ec2.describe_availability_zones(Filters=available)["AvailabilityZones"]
    }
    orderable = rds.get_paginator("describe_orderable_db_instance_options")
    pages = orderable.paginate(Engine="aurora-mysql", DBInstanceClass="db.serverless", Vpc=True)
    with_database = {
        zone["Name"]
        for page in pages
        for each in page["OrderableDBInstanceOptions"]
        for zone in each["AvailabilityZones"]
    }
    return zones, with_database
