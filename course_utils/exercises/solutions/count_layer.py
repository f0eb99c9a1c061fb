def count_conv(inputs, outputs, kernel):
    numbers_per_output = inputs * kernel * kernel + 1
    return outputs * numbers_per_output
