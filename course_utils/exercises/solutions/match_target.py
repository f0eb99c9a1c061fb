def matched(output, target):
    return target.view_as(output)
