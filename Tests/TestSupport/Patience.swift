extension Duration {
  /// How long a test waits for what must come: much longer than it takes, so that a busy machine fails no test.
  ///
  /// What a test must not wait for has to take still longer.
  public static let patience: Duration = .seconds(30)
}
