SELECT integrity_check AS name, 'ok' AS expected, 'damaged' AS found FROM pragma_integrity_check WHERE integrity_check <> 'ok'
