-- Who has done something to what is somebody else's: by it a user who goes for good is found in the rows of others.
-- It stands beside the rows, on the owner's shard.
CREATE TABLE actors (
    actor_id BINARY(16) NOT NULL,
    owner_id BINARY(16) NOT NULL,
    PRIMARY KEY (actor_id, owner_id),
    KEY actors_of_owner (owner_id)
) ENGINE = InnoDB DEFAULT CHARSET = ascii;

INSERT INTO actors (actor_id, owner_id)
SELECT DISTINCT actor_id, owner_id FROM activity WHERE actor_id <> owner_id;
