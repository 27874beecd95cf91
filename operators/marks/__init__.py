"""Marks that recur over many pictures: found where their gradients agree, estimated jointly, subtracted exactly.

Nothing is imported here: a line without marks must not pay for them.
"""
