"""Benchmarks: every figure stands beside a bare Flask page measured in the same run."""
