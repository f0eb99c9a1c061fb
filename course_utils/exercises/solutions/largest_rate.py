# loss = 8w² − 12w + 1, slope = 16w − 12: it changes by 16 for each unit of w
curvature = 16
answer = 2 / curvature
