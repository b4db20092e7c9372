"""The units of a group, trained by several processes at once.

The words of this package:

unit
    Jobs that are trained in one go: a block of a stack, or one network.
worker
    A process that trains units for this one; it stays for the next group.
folder
    What this process and its workers share about a group: arrays, parcels and a board.
parcel
    A unit as a file. Whoever removes or renames the file has taken the unit.
board
    Numbers that all of them read and write: epochs done, and whether to stop.

`crew` is where to start reading: it trains units in this process, and has workers take part where
`rule` says that this pays.
"""
