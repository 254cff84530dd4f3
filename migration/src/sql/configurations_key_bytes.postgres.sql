-- The order of bytes, in which every string with a prefix lies between two bounds; that of a language has no such bounds.
CREATE INDEX idx_configurations_key_bytes ON configurations (key COLLATE "C");
