-- The lowest UUIDv7 (RFC 9562) of a time: its milliseconds, version and variant, and zeros.
-- `WHERE id >= uuid_v7_lowest(now() - interval '7 days')` prunes partitions. An epoch does not depend on the session's
-- time zone, hence IMMUTABLE.
CREATE FUNCTION uuid_v7_lowest(at timestamptz) RETURNS uuid
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (lpad(to_hex(floor(extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$
--;;
-- A UUIDv7 of the transaction's time: the instant of the other columns' defaults, so that id and date fall
-- into the same month. A random version 4 UUID becomes version 7 by setting two bits.
CREATE FUNCTION uuid_v7() RETURNS uuid
LANGUAGE sql VOLATILE PARALLEL SAFE AS $$
    SELECT encode(
        set_bit(set_bit(
            overlay(uuid_send(gen_random_uuid())
                PLACING substring(int8send(floor(extract(epoch FROM now()) * 1000)::bigint) FROM 3) FROM 1 FOR 6),
            52, 1), 53, 1),
        'hex')::uuid
$$
