// `import Comet` also brings fields, statuses, `LoopActor` and `sleep(for:)`.
@_exported import CometLoop
@_exported import CometWire
