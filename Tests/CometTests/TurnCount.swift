import CometLoop

/// How often something happens in one turn of the loop.
@LoopActor final class TurnCount {
  private(set) var count = 0
  private(set) var mostInATurn = 0
  private var turn: Moment?
  private var inThisTurn = 0

  nonisolated init() {}

  func add() {
    inThisTurn = turn == .thisTurn ? inThisTurn + 1 : 1
    turn = .thisTurn
    count += 1
    mostInATurn = max(mostInATurn, inThisTurn)
  }
}
