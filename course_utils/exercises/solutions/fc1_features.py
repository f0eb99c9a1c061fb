after_c1 = 28 + 2 * 2 - 5 + 1
after_s2 = after_c1 // 2
after_c3 = after_s2 - 3 + 1
after_s4 = after_c3 // 2
answer = 16 * after_s4 * after_s4
