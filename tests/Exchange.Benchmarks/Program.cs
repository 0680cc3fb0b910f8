using Exchange.Benchmarks;

return await BenchmarkProgram.RunAsync(args);
