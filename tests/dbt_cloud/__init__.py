"""Tests of `erd.dbt_cloud`, all over real sockets on loopback."""
