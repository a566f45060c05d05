"""Bytes that several flows are made of, as plain functions after their standards."""
