"""Plan 方案 (R1–R48): a plan document is read, reviewed by a person and issued item by item."""
