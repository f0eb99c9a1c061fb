answer = "dceab"
