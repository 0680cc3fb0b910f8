Console.WriteLine("Exchange");
